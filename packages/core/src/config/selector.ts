/** How a label is compared, with the meaning Kubernetes gives the operator. */
export type SelectorOperator =
  | 'Equals'
  | 'DoubleEquals'
  | 'NotEquals'
  | 'In'
  | 'NotIn'
  | 'Exists'
  | 'DoesNotExist'
  | 'GreaterThan'
  | 'LessThan'

/** One condition on one label. */
export interface SelectorExpression {
  readonly key: string
  readonly operator: SelectorOperator
  /** What to compare with. None for `Exists` and `DoesNotExist`. */
  readonly values?: readonly string[]
}

/** Chooses resources by namespace and label. Use `labels` or `expressions`, not both. */
export interface Selector {
  /** Default: the namespace of the selecting resource alone. `*` stands for all. */
  readonly namespaces?: readonly string[]
  /** All must be equal. */
  readonly labels?: Readonly<Record<string, string>>
  /** All must hold. */
  readonly expressions?: readonly SelectorExpression[]
}
