// What a system error means for a file, in words with the way out: the same ones wherever a file is read or written.
import { reasonOf, systemCode } from "./errors.ts";

/** Follows "… cannot be written: " or the like; the system's own words where there is nothing better to say. */
export function troubleOf(error: unknown): string {
  return troubles[systemCode(error) ?? ""] ?? reasonOf(error);
}

const permission = "let the user that runs l2i have it, or name another path";

const troubles: { readonly [code: string]: string | undefined } = {
  ENOENT: "its folder does not exist; make it, or name another path",
  ENOTDIR: "a part of the path is a file, not a folder; name another path",
  EISDIR: "this is a folder; name a file in it",
  ERR_FS_EISDIR: "a folder has the name of its temporary file (.tmp); remove it",
  ELOOP: "it is a symbolic link, which is not followed; name the file itself",
  ENXIO: "this is a pipe that nobody reads from; name a file",
  EACCES: `permission denied; ${permission}`,
  EPERM: `operation not permitted; ${permission}`,
  EROFS: "the file system is read-only; make it writable, or name a path on another one",
  ENOSPC: "no space left on the device; make room",
  EDQUOT: "the disk quota is used up; make room",
  EIO: "the disk does not work (EIO); look at the messages of the kernel",
  EPIPE: "its reader closed it before all was written",
  ERR_STREAM_DESTROYED: "its reader closed it before all was written",
};
