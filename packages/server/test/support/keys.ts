/** Keys over real sockets: somebody at the mixer's own computer, and a phone that they let in. */
import { NativeClient, secretOf } from './native-client.ts';

/** An engineer, as whoever sits at the mixer becomes one. */
export async function engineerAt(port: number, clientId = 'engineer'): Promise<NativeClient> {
  const engineer = await NativeClient.connect(port);
  await engineer.ask('hello', { client_id: clientId, device_secret: secretOf(clientId) });
  await engineer.ask('claim_engineer', {});
  return engineer;
}

/** The phone of a musician who is known already, such as one out of a file: theirs from now on. */
export async function letIn(port: number, clientId: string): Promise<void> {
  const engineer = await engineerAt(port);
  const { token } = await engineer.ask('make_invite', { role: 'musician', target_client_id: clientId });
  const phone = await NativeClient.connect(port);
  await phone.ask('hello', { device_secret: secretOf(clientId) });
  await phone.ask('redeem_invite', { token });
  phone.close();
  engineer.close();
}
