export type { PublicKey } from './public-keys.ts';
export {
  isOfTransaction,
  KEY_ACTIONS,
  SIGNED_ACTIONS,
  type SignedValue,
  SignedValues,
} from './signed-values.ts';
export { signedXml } from './signed-xml.ts';
