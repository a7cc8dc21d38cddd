// A real InfluxDB that can be killed and comes back with what it had, behind a proxy that stays at its address.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary } from "../servers/packages.ts";
import { type Server, startServer } from "../servers/server.ts";
import { Proxy } from "./proxy.ts";

export class MortalInfluxdb implements AsyncDisposable {
  readonly proxy = new Proxy();
  readonly #folder: string;
  #server: Server | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Alive, with the databases; the proxy is shut. */
  static async start(...databases: readonly string[]): Promise<MortalInfluxdb> {
    const store = new MortalInfluxdb(await mkdtemp(join(tmpdir(), "l2i-mortal-")));
    await store.revive();
    for (const database of databases)
      await fetch(`${store.url}/query`, {
        method: "POST",
        body: new URLSearchParams({ q: `CREATE DATABASE "${database}"` }),
      });
    await store.proxy.open();
    await store.proxy.shut(); // it has its address now
    return store;
  }

  /** The store itself, without the proxy. */
  get url(): string {
    return this.#server!.url;
  }

  /** Starts it on the data that it left. */
  async revive(): Promise<void> {
    const program = await binary("influxdb", "/usr/bin/influxd");
    const env: NodeJS.ProcessEnv = {
      ...program.env,
      INFLUXDB_REPORTING_DISABLED: "true",
      INFLUXDB_BIND_ADDRESS: "127.0.0.1:0",
      INFLUXDB_META_DIR: join(this.#folder, "meta"),
      INFLUXDB_DATA_DIR: join(this.#folder, "data"),
      INFLUXDB_DATA_WAL_DIR: join(this.#folder, "wal"),
      INFLUXDB_MONITOR_STORE_ENABLED: "false",
    };
    this.#server = await startServer({ ...program, env }, "/ping", (address) => {
      env["INFLUXDB_HTTP_BIND_ADDRESS"] = address;
      return ["run"];
    });
    this.proxy.leadTo(this.#server.url);
  }

  /** With SIGKILL. */
  async kill(): Promise<void> {
    await this.#server?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.shut();
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
