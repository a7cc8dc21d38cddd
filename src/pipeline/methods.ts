// The methods of the IANA HTTP Method Registry (https://www.iana.org/assignments/http-methods, without the reserved `*`):
// what else stands first in a request line is garbage that strangers make up, and would be a series of its own each.

/** Every registered HTTP method, in upper case, as methods are case-sensitive. */
const registeredMethods: ReadonlySet<string> = new Set(
  (
    "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY DELETE GET HEAD LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR " +
    "MKCOL MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST PRI PROPFIND PROPPATCH PUT QUERY REBIND REPORT " +
    "SEARCH TRACE UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL"
  ).split(" "),
);

/** The method itself, or `invalid` where it is none that is registered. */
export function registeredMethod(method: string | null): string {
  return method !== null && registeredMethods.has(method) ? method : "invalid";
}
