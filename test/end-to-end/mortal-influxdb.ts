// A real InfluxDB that can be killed and comes back with what it had, behind a door that stays at its address: shut, open, or
// letting requests in but no answer out, which is how a connection looks that breaks after the store has committed.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Server as TcpServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary } from "../servers/packages.ts";
import { type Server, startServer } from "../servers/server.ts";

export class MortalInfluxdb implements AsyncDisposable {
  readonly door = new Door();
  readonly #folder: string;
  #server: Server | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Alive, with the databases; the door is shut. */
  static async start(...databases: readonly string[]): Promise<MortalInfluxdb> {
    const store = new MortalInfluxdb(await mkdtemp(join(tmpdir(), "l2i-mortal-")));
    await store.revive();
    for (const database of databases)
      await fetch(`${store.url}/query`, {
        method: "POST",
        body: new URLSearchParams({ q: `CREATE DATABASE "${database}"` }),
      });
    await store.door.open();
    await store.door.shut(); // it has its address now
    return store;
  }

  /** The store itself, without the door. */
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
    this.door.leadTo(this.#server.url);
  }

  /** With SIGKILL. */
  async kill(): Promise<void> {
    await this.#server?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.door.shut();
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A TCP proxy. */
class Door {
  /** Called when the store begins to answer, before anything of the answer gets out; false: it never does, the connection is cut. */
  onAnswer: () => Promise<boolean> = async () => true;
  /** Sees what goes in. */
  onRequest: (request: Buffer) => void = () => {};
  #server: TcpServer | null = null;
  #port = 0;
  #to = { host: "", port: 0 };
  readonly #sockets = new Set<Socket>();

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  leadTo(url: string): void {
    const { hostname, port } = new URL(url);
    this.#to = { host: hostname, port: Number(port) };
  }

  async open(): Promise<void> {
    this.#server = createServer((socket) => this.#pass(socket)).listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no TCP address");
    this.#port = address.port;
  }

  /** From now on connections are refused. */
  async shut(): Promise<void> {
    if (!this.#server?.listening) return;
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, "close");
  }

  #pass(outside: Socket): void {
    const inside = connect(this.#to);
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => {}).on("close", () => (this.#sockets.delete(one), other.destroy()));
    }
    outside.on("data", (request: Buffer) => {
      this.onRequest(request);
      inside.write(request);
    });
    inside.on("data", (answer) => {
      void this.onAnswer().then((passes) => (passes ? outside.write(answer) : outside.destroy()));
    });
  }
}
