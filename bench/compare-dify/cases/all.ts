import type { Case } from '../case.ts'
import { caseCases, conditionCases } from './conditions.ts'
import { conversionCases } from './conversions.ts'
import { defaultCases } from './defaults.ts'
import { draftCases } from './drafts.ts'
import { failureCases } from './failures.ts'
import { inputCases } from './inputs.ts'
import { iterationCases } from './iterations.ts'
import { randomCases } from './random.ts'
import { aggregatorCases, selectorCases, valueCases } from './references.ts'
import { settingCases } from './settings.ts'
import { retryCases, strategyCases } from './strategies.ts'
import { templateCases } from './templates.ts'
import { lengthCases, limitCases, numberCases, resultCases, typeCases } from './values.ts'

/** Every case, in the same order with the same values for the same seed. */
export function makeCases(seed: number): Case[] {
  return [...makePrograms(seed), ...makeWorkflows()]
}

function makePrograms(seed: number): Case[] {
  return [
    ...typeCases(),
    ...limitCases(),
    ...lengthCases(),
    ...conversionCases(),
    ...numberCases(),
    ...resultCases(),
    ...inputCases(),
    ...failureCases(),
    ...defaultCases(),
    ...settingCases(),
    ...randomCases(seed, 40),
  ]
}

function makeWorkflows(): Case[] {
  return [
    ...strategyCases(),
    ...retryCases(),
    ...conditionCases(),
    ...caseCases(),
    ...iterationCases(),
    ...templateCases(),
    ...aggregatorCases(),
    ...selectorCases(),
    ...valueCases(),
    ...draftCases(),
  ]
}
