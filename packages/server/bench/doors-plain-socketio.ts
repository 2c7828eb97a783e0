/**
 * What the doors are measured beside: the least a Socket.IO mixer on node:http could be. It checks, plays and saves nothing.
 *
 * Usage: doors-plain-socketio.ts [--to-all]   every change goes to everybody, as older clients expect
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

const http = createServer();
const isForAll = process.argv.includes('--to-all');
const mixes = new Map<string, Record<number, number>>();

new Server(http, { serveClient: false }).on('connection', (socket) => {
  const { device_uuid } = socket.handshake.auth as { device_uuid: string };
  socket.on('subscribe', (_body: unknown, acknowledge: (answer: unknown) => void) => acknowledge({}));
  socket.on(
    'update_gain',
    ({ channel, gain }: { channel: number; gain: number }, acknowledge: (answer: unknown) => void) => {
      const mix = mixes.get(device_uuid) ?? {};
      mixes.set(device_uuid, { ...mix, [channel]: gain });
      const heard = { type: 'gain', channel, value: gain, client_id: device_uuid, timestamp: Date.now() };
      (isForAll ? socket.broadcast : socket.to(`mix ${device_uuid}`)).emit('param_sync', heard);
      acknowledge({ client_id: device_uuid, channel, gain });
    },
  );
  socket.on(
    'watch_mix',
    async ({ client_id }: { client_id: string }, acknowledge: (answer: unknown) => void) => {
      await socket.join(`mix ${client_id}`);
      acknowledge({});
    },
  );
});

http.listen(0, '127.0.0.1', () =>
  process.send?.({ type: 'ready', port: (http.address() as AddressInfo).port }),
);
process.on('disconnect', () => process.exit(0));
