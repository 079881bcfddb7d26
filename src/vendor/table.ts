import { akuvox, escene, flyingvoice, vtech } from './table/assumed.js';
import { ciscoEnt, ciscoMpp, ciscoSpa } from './table/cisco.js';
import { gigasetN, mitelDect, snomDect } from './table/dect.js';
import { fanvil, gigasetDesk, grandstream, htek, panasonic, snom, technicolor, yealink } from './table/desk-phones.js';
import { algo, audiocodes, dinstar, patton, twoN } from './table/doors-and-gateways.js';
import { aastraMitel, ale, auerswald, avaya, digium, openscape, sangomaS } from './table/pbx-makers.js';
import { obihai, polyEdge, polyUc, spectralink } from './table/poly.js';
import { softphone } from './table/softphone.js';
import type { Vendor } from './vendor.js';

/**
 * Every vendor, in the order in which a User-Agent is compared with them: the first match wins, so narrow rules stand
 * before wide ones (`Snom M900` before `snom`, phones before softphones).
 */
export const VENDORS: readonly Vendor[] = [
  ciscoMpp,
  ciscoEnt,
  ciscoSpa,
  polyEdge,
  polyUc,
  obihai,
  snomDect,
  snom,
  yealink,
  grandstream,
  aastraMitel,
  panasonic,
  gigasetDesk,
  gigasetN,
  fanvil,
  htek,
  digium,
  sangomaS,
  avaya,
  ale,
  algo,
  audiocodes,
  patton,
  akuvox,
  flyingvoice,
  escene,
  technicolor,
  vtech,
  openscape,
  auerswald,
  spectralink,
  mitelDect,
  twoN,
  dinstar,
  softphone,
];
