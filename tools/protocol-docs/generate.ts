/** `node tools/protocol-docs/generate.ts`: writes docs/protocol.md. */
import { writePage } from './protocol-docs.ts';

writePage();
