import { describeAtOnce } from './node/at-once.ts'

describeAtOnce('embedded')
