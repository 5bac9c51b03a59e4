/**
 * What shoppers ask, and which products of the demo catalogue a good clerk would show. Judged by reading the catalogue, not by
 * what a search returns. A product stands by its type's letters and its number within the type: `PFPC2` is PFPC000200.
 */

export const KINDS = ['synonym', 'use', 'material', 'size', 'typo', 'part number', 'nothing fits'] as const
export type Kind = (typeof KINDS)[number]

export interface Judgement {
  readonly kind: Kind
  readonly question: string
  /** SKUs, any of which answers the question; empty when nothing in the catalogue does. */
  readonly fits: readonly string[]
}

const TABLE = `
synonym | spanner for bolts | HTWR1 HTWR2 HTWR3
synonym | crowbar | HTPB2 HTPB1
synonym | allen wrench | HTWR5
synonym | spirit level | HTME2 HTME3 HTME5
synonym | torch for soldering pipes | PLST5
synonym | tap for the kitchen | PLFC1 PLFC3
synonym | barbecue | GOOL1
synonym | lamp for over the dining table | ELLF2
synonym | electrical socket | ELOS1 ELOS2 ELOS3
synonym | secateurs for rose bushes | GOPR1
synonym | couch movers | HWCF5 SOMC2
synonym | fuse box | ELBP4
use | containers for paint | PFPC1 PFPC2 PFPC3 PFPC4
use | something to fix a leaking tap | PLFC5
use | my drain is clogged | PLDU1 PLDU3 PLDU2
use | hang heavy pictures on the wall | HWAN5 HWAN2
use | get rid of mice | GOPW3
use | store bicycles in the garage | SOGR2
use | keep weeds from growing in flower beds | GOPW5 GOSM3 GOPW1
use | stop cold air coming in around the door | LBIN5 LBIN4
use | organize small screws and beads | SOSP1 SOSP2 SOSP3 SOSP4
use | protect floors while painting | PFMD2 PFMD3 PFMD5
use | clear snow from the walkway | GOMY5
use | carry furniture when moving house | SOMC2 HWCF5 HWRP3 SOMC1
use | water my plants while I am on vacation | GOWI5 GOPP4 GOWI4
use | cut thick tree branches | GOPR2 GOPR4 PTSW4
use | safety handle for the shower for elderly parents | PLSB5
use | know when the house is on fire | ELAD1
use | basement keeps flooding | PLPH1 PLPH5 PTVC2 PLVS5
use | see who is at the front door | ELAD3
use | make stairs and rough planks smooth | PTSA2 PTSA1 PTSA3 PFTS5
use | keep deer away from the vegetables | GOPW4 LBDF5
use | patch a hole in the drywall | PFTS4 LBDW3 LBDW4 LBDW1
use | charge my phone from the wall | ELOS3 PTBT4
material | stainless steel hose for the faucet | PLPT4
material | brass shutoff valve | PLVS2
material | cedar boards | LBDL4 LBDF2
material | copper pipe | PLPT1 PLFT2
material | galvanized nails | HWNA3
material | waterproof flooring that looks like wood | LBTF3
material | leather pouch for tools | SOTB4
material | clay flower pot | GOPP1
material | plastic plumbing pipe | PLPT3 PLPT2
size | 4 x 4 post | LBDL3 HWBR4
size | 3 inch deck screws | HWSC1
size | 18 volt battery | PTBT1 PTBT2
size | 10 inch table saw | PTSW5
size | 5 gallon bucket | PFPC2
size | 25 foot tape measure | HTME1
size | half inch copper elbow | PLFT2
size | 48 inch level | HTME3
typo | cordles dril | PTDR1
typo | screwdirver set | HTSD1 HTSD4
typo | wheather stripping | LBIN5
typo | extention cord | ELCP1 ELCP2
typo | sandpapper | PFTS5
typo | toilet plungr | PLDU2
typo | weedkiler | GOPW1
typo | varnsh for table tops | PFSS3
typo | smok alarm | ELAD1
part number | PFPC000200 | PFPC2
part number | pf-pc-0002 | PFPC2
part number | HTHM0003 | HTHM3
part number | price of PLDU000100 please | PLDU1
nothing fits | wedding dress |
nothing fits | sushi rice |
nothing fits | laptop computer |
nothing fits | dog food for puppies |
nothing fits | aspirin tablets |
nothing fits | novels and comic books for teenagers |
`

/** All judgements, in the order of their kinds. */
export const judgedSet: readonly Judgement[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [kind, question, fits] = line.split('|').map((cell) => cell.trim())
    const known = KINDS.find((one) => one === kind)
    if (known === undefined || !question) throw new Error(`unreadable judgement: ${line}`)
    return { kind: known, question, fits: (fits ?? '').split(' ').filter(Boolean).map(toSku) }
  })

function toSku(short: string): string {
  return `${short.slice(0, 4)}${short.slice(4).padStart(4, '0')}00`
}
