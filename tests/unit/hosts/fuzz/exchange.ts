import { connect } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

/** Sends bytes, then nothing more, and answers everything that comes back until the server hangs up. */
export function sendAlone(port: number, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    // Hanging up on somebody who goes on sending is an error on this side.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(received)));
  });
}

/** Sends requests one behind the other on one connection, without waiting, and answers what each was answered. */
export function sendInARow(port: number, requests: readonly Buffer[]): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.concat(requests)));
    let received: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (answersIn(received).length >= requests.length) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answersIn(received)));
  });
}

/** Every whole answer in these bytes, but for those that only say to go on. Throws where something else stands between them. */
export function answersIn(bytes: Buffer): Answer[] {
  const answers: Answer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf('\r\n\r\n', from);
    if (end < 0) break;
    const head = bytes.toString('latin1', from, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    if (!status) throw new Error(`no answer: ${head.slice(0, 200)}`);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    const body = bytes.subarray(end + 4, end + 4 + length);
    if (body.length < length) break;
    if (status >= 200) answers.push({ status, head, body });
    from = end + 4 + length;
  }
  return answers;
}
