/** Version of the control messages. A page of another version reloads itself. */
export const PROTOCOL_VERSION = 3;
