/**
 * Countries: region and calling code, after a comma the prefix that people dial at home, after a colon how the digits of
 * a mobile number are grouped (base 36). What libphonenumber knows, held against it by a test.
 */
const PLANS =
  'AC247:5 AD376:33 AE971,0:234 AF93,0:234 AG1,1:334 AI1,1:334 AL355,0:234 AM374,0:26 AO244:333 AR54,0:1244 AS1,1:334 ' +
  'AT43,0:36 AU61,0:333 AW297:34 AX358,0:27 AZ994,0:2322 BA387,0:233 BB1,1:334 BD880,0:46 BE32,0:3222 BF226:2222 ' +
  'BG359,0:233 BH973:44 BI257:2222 BJ229:22222 BL590,0:3222 BM1,1:334 BN673:34 BO591,0:8 BQ599:34 BR55,0:254 BS1,1:334 ' +
  'BT975:2222 BW267:233 BY375,8:2322 BZ501:34 CA1,1:334 CC61,0:333 CD243,0:333 CF236:2222 CG242:234 CH41,0:2322 ' +
  'CI225:2224 CK682:23 CL56:144 CM237:12222 CN86,0:344 CO57,0:37 CR506:44 CU53,0:17 CV238:322 CW599:134 CX61,0:333 ' +
  'CY357:26 CZ420:333 DE49,0:47 DJ253:2222 DK45:2222 DM1,1:334 DO1,1:334 DZ213,0:3222 EC593,0:234 EE372:44 EG20,0:28 ' +
  'EH212,0:12222 ER291,0:133 ES34:3222 ET251,0:234 FI358,0:27 FJ679:34 FK500:5 FM691:34 FO298:222 FR33,0:12222 ' +
  'GA241:2222 GB44,0:46 GD1,1:334 GE995,0:3222 GF594,0:3222 GG44,0:46 GH233,0:234 GI350:8 GL299:222 GM220:34 ' +
  'GN224:3222 GP590,0:3222 GQ240:333 GR30:334 GT502:44 GU1,1:334 GW245:333 GY592:34 HK852:44 HN504:44 HR385,0:234 ' +
  'HT509:224 HU36,06:234 ID62,0:333 IE353,0:234 IL972,0:234 IM44,0:46 IN91,0:55 IO246:34 IQ964,0:334 IR98,0:334 ' +
  'IS354:34 IT39:334 JE44,0:46 JM1,1:334 JO962,0:144 JP81,0:244 KE254,0:36 KG996,0:333 KH855,0:233 KI686,0:8 ' +
  'KM269:322 KN1,1:334 KP850,0:334 KR82,0:244 KW965:35 KY1,1:334 KZ7,8:334 LA856,0:2233 LB961,0:233 LC1,1:334 ' +
  'LI423,0:333 LK94,0:234 LR231,0:234 LS266:44 LT370,0:35 LU352:333 LV371:233 LY218,0:27 MA212,0:12222 MC377,0:12222 ' +
  'MD373,0:323 ME382,0:233 MF590,0:3222 MG261,0:2232 MH692,1:34 MK389,0:233 ML223:2222 MM95,0:134 MN976,0:44 MO853:44 ' +
  'MP1,1:334 MQ596,0:3222 MR222:2222 MS1,1:334 MT356:44 MU230:44 MV960:34 MW265,0:3222 MX52:334 MY60,0:234 MZ258:234 ' +
  'NA264,0:234 NC687:222 NE227:2222 NF672:15 NG234,0:334 NI505:44 NL31,0:18 NO47:2222 NP977,0:37 NR674:34 NU683:34 ' +
  'NZ64,0:234 OM968:44 PA507:44 PE51,0:333 PF689:2222 PG675:44 PH63,0:334 PK92,0:37 PL48:333 PM508,0:222 PR1,1:334 ' +
  'PS970,0:333 PT351:333 PW680:34 PY595,0:36 QA974:44 RE262,0:3222 RO40,0:333 RS381,0:27 RU7,8:3322 RW250,0:333 ' +
  'SA966,0:234 SB677:25 SC248:133 SD249,0:234 SE46,0:2322 SG65:44 SH290:5 SI386,0:233 SJ47:2222 SK421,0:333 SL232,0:26 ' +
  'SM378:2222 SN221:2322 SO252,0:17 SR597:34 SS211,0:333 ST239:34 SV503:44 SX1,1:334 SY963,0:333 SZ268:44 TA290:4 ' +
  'TC1,1:334 TD235:2222 TG228:2222 TH66,0:234 TJ992:234 TK690:4 TL670:44 TM993,8:26 TN216:233 TO676:34 TR90,0:3322 ' +
  'TT1,1:334 TV688:24 TW886,0:333 TZ255,0:333 UA380,0:234 UG256,0:36 US1,1:334 UY598,0:233 UZ998:2322 VA39:334 ' +
  'VC1,1:334 VE58,0:37 VG1,1:334 VI1,1:334 VN84,0:333 VU678:34 WF681:222 WS685:25 XK383,0:233 YE967,0:333 YT262,0:3222 ' +
  'ZA27,0:234 ZM260,0:27 ZW263,0:234';

/** Of those who share a calling code, the one that is meant as long as nothing else is said. */
const FIRST = ['US', 'RU', 'GB', 'IT', 'NO', 'FI', 'MA', 'GP', 'CW', 'AU', 'RE', 'SH'];

/** E.164: at most 15 digits with the calling code. */
const MAX_DIGITS = 15;

const COUNTRIES = new Map(
  PLANS.split(' ').map((plan) => {
    const [, region, code, trunk, groups] = /^(..)(\d+)(?:,(\d+))?:(.+)$/.exec(plan);
    return [region, {region, code, trunk: trunk || '', groups: [...groups].map((size) => parseInt(size, 36))}];
  }),
);

/** The country that a number in full belongs to; undefined while too little of it is there. */
function countryOf(digits) {
  const fits = [...COUNTRIES.values()].filter(({code}) => digits.startsWith(code));
  return fits.find(({region}) => FIRST.includes(region)) || fits[0];
}

/** The national digits in groups; what is over stays with the last one. */
function grouped(digits, {groups}) {
  const parts = [];
  let at = 0;
  groups.forEach((size, i) => {
    const end = i === groups.length - 1 ? digits.length : at + size;
    if (at < digits.length) parts.push(digits.slice(at, end));
    at = end;
  });
  return parts.join(' ');
}

/**
 * What somebody has typed so far, understood: the country (another one when they typed another one's calling code), how
 * to show the national number, and the whole of it in E.164; empty while there is none.
 */
function understood(typed, country) {
  const digits = typed.replace(/\D/g, '');
  if (!/^\s*(\+|00)/.test(typed)) return national(digits, country);
  const full = digits.replace(/^00/, '');
  const home = full.startsWith(country.code) ? country : countryOf(full);
  // a calling code has up to three digits: until it is whole, what was typed stays as it is
  return home ? national(full.slice(home.code.length), home) : {country, text: typed.trim().slice(0, 5), e164: ''};
}

function national(typed, given) {
  let digits = typed;
  let country = given;
  const usual = country.groups.reduce((sum, size) => sum + size);
  // dialled as at home, or in full but for the plus
  if (country.trunk && digits.startsWith(country.trunk)) digits = digits.slice(country.trunk.length);
  else if (digits.length > usual && digits.startsWith(country.code)) digits = digits.slice(country.code.length);
  if (country.code === '7' && digits) country = COUNTRIES.get(/^(6|7[0-8])/.test(digits) ? 'KZ' : 'RU');
  digits = digits.slice(0, MAX_DIGITS - country.code.length);
  return {country, text: grouped(digits, country), e164: digits && `+${country.code}${digits}`};
}

/** Where the caret belongs after the text was written anew: behind as many digits as before. */
function caretAfter(text, digits) {
  let at = 0;
  for (let seen = 0; at < text.length && seen < digits; at++) if (/\d/.test(text[at])) seen++;
  return at;
}
