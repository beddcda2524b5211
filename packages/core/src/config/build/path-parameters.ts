/** Names in the `:name` and `*name` segments of a path. A path known at run time only has none as far as types go. */
export type PathParameters<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? SegmentParameter<Segment> | PathParameters<Rest>
  : SegmentParameter<Path>

type SegmentParameter<Segment extends string> = Segment extends `${':' | '*'}${infer Name}` ? Exclude<Name, ''> : never

/** Names of the parameters that a `pathTemplate` captures: any, if the template is known at run time only. */
export type CapturedParameters<Path extends string> = string extends Path ? string : PathParameters<Path>

/** `Path`, if the matcher captures every parameter in it; else a type that says in its text which one is missing. */
export type FillablePath<Path extends string, Captured extends string> = [PathParameters<Path>] extends [Captured]
  ? Path
  : `the matcher captures no parameter ${Exclude<PathParameters<Path>, Captured>}`
