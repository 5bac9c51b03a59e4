import { describeWholeStack } from './node/whole-stack.ts'

describeWholeStack('embedded')
