import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How much of a stream still goes through: so many lines, and so many bytes of the next one. */
export interface Cut {
  readonly lines: number;
  readonly bytes: number;
}

/** Stands between a console and a server, counts what is asked, and cuts streams where it is told to. */
export interface CuttingProxy {
  readonly address: string;
  /** The first line of every request. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const firstLine = /\{"type":"metadata".*?\}\n/;
const [newline, brace] = [0x0a, 0x7d];

/**
 * Passes on to a port of this machine. `cutAt` is asked, with the first line that a stream tells, where its connection is
 * to be cut; null for nowhere.
 */
export async function startCuttingProxy(
  port: number,
  cutAt: (firstLine: string) => Cut | null = () => null,
): Promise<CuttingProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let head: string | null = null;
    /** How much of what comes may pass before the connection is cut; null where it is not. */
    let passing: ((data: Buffer) => number | null) | null = null;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      const text = data.toString('latin1');
      const [line = ''] = text.split('\r\n', 1);
      if (!/^(GET|POST|PATCH) /.test(line)) return void upstream.write(data);
      requests.push(line);
      head = line.includes('/v1/orders/bulk-process') ? '' : null;
      // The server answers to no other name than its own.
      upstream.write(
        text.replace(`\r\nHost: ${host(client.localPort)}`, `\r\nHost: ${host(port)}`),
        'latin1',
      );
    });
    upstream.on('data', (data) => {
      let from = 0;
      if (head !== null) {
        const before = head.length;
        head += data.toString('latin1');
        const first = firstLine.exec(head);
        from = first ? first.index + first[0].length - before : data.length;
        if (first) {
          const cut = cutAt(first[0]);
          passing = cut && cutter(cut);
          head = null;
        }
      }
      const more = passing?.(data.subarray(from)) ?? null;
      if (more === null) return void client.write(data);
      upstream.destroy();
      client.end(data.subarray(0, from + more), () => client.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://${host((server.address() as AddressInfo).port)}`,
    requests,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function host(port: number | undefined): string {
  return `127.0.0.1:${port}`;
}

/** Counts what comes until the cut: answers how much of a piece is before it, or null where it is behind all of it. */
function cutter(cut: Cut): (data: Buffer) => number | null {
  let { lines, bytes } = cut;
  let previous = 0;
  return (data) => {
    for (const [at, byte] of data.entries()) {
      if (lines === 0 && bytes === 0) return at;
      if (lines === 0) bytes -= 1;
      else if (byte === newline && previous === brace) lines -= 1;
      previous = byte;
    }
    return lines === 0 && bytes === 0 ? data.length : null;
  };
}
