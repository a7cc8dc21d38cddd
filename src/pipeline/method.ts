// The request method as an attribute: strangers send anything there, and each of their inventions would be a series of its own.
import { httpMethods } from "../format/request.ts";

/** The method itself where it is registered with IANA, else `invalid`. */
export function registeredMethod(method: string | null): string {
  return method !== null && httpMethods.has(method) ? method : "invalid";
}
