-- Everything Good Measure keeps, on SQLite. The text for PostgreSQL says the same; a test compares them.
-- Quantities are millionths (_micro; of posts in work post-months, shown divided by 12), money whole pence (_pence), times microseconds in UTC (_at), days ISO text (_on).

-- The body whose data stands together and apart from all others.
create table partnership (
  partnership_id text not null,
  name text not null,
  created_at integer not null,
  primary key (partnership_id)
) strict, without rowid;

-- Who may call. The secret itself is never kept, only its SHA-256.
create table api_key (
  partnership_id text not null,
  key_id text not null,
  name text not null,
  role text not null,
  secret_sha256 text not null,
  prefix text not null,
  created_at integer not null,
  expires_at integer,
  revoked_at integer,
  primary key (partnership_id, key_id),
  unique (partnership_id, secret_sha256),
  foreign key (partnership_id) references partnership (partnership_id)
) strict, without rowid;

-- Areas that value is delivered in. `covers` is a JSON array of codes: another tree over some of them.
create table place (
  partnership_id text not null,
  code text not null,
  name text not null,
  kind text not null,
  parent text,
  gss text,
  valid_from_on text,
  valid_to_on text,
  covers text not null,
  primary key (partnership_id, code),
  foreign key (partnership_id) references partnership (partnership_id),
  foreign key (partnership_id, parent) references place (partnership_id, code)
) strict, without rowid;

-- Anchor institutions, suppliers, and what they became.
create table organisation (
  partnership_id text not null,
  organisation_id text not null,
  name text not null,
  kind text not null,
  scale text,
  place text,
  anchor_institution integer not null check (anchor_institution in (0, 1)),
  anchor_from_on text,
  anchor_to_on text,
  created_at integer not null,
  primary key (partnership_id, organisation_id),
  foreign key (partnership_id) references partnership (partnership_id),
  foreign key (partnership_id, place) references place (partnership_id, code)
) strict;

-- An identifier names one organisation.
create table organisation_identifier (
  partnership_id text not null,
  scheme text not null,
  identifier text not null,
  organisation_id text not null,
  primary key (partnership_id, scheme, identifier),
  foreign key (partnership_id, organisation_id) references organisation (partnership_id, organisation_id)
) strict, without rowid;
create index organisation_identifier_by_organisation on organisation_identifier (partnership_id, organisation_id);

-- Bodies that went before others; `from_on` is the first day of the one after.
create table organisation_predecessor (
  partnership_id text not null,
  organisation_id text not null,
  predecessor_id text not null,
  from_on text not null,
  primary key (partnership_id, organisation_id, predecessor_id),
  foreign key (partnership_id, organisation_id) references organisation (partnership_id, organisation_id),
  foreign key (partnership_id, predecessor_id) references organisation (partnership_id, organisation_id)
) strict, without rowid;

-- What never changes of a contract.
create table contract (
  partnership_id text not null,
  contract_id text not null,
  reference text not null,
  ocid text,
  supplier_id text not null,
  starts_on text not null,
  reporting text not null,
  edition text not null,
  created_at integer not null,
  primary key (partnership_id, contract_id),
  unique (partnership_id, reference),
  unique (partnership_id, ocid),
  foreign key (partnership_id) references partnership (partnership_id),
  foreign key (partnership_id, supplier_id) references organisation (partnership_id, organisation_id)
) strict;

-- What a contract says from one version on; 1 is the baseline. `shares` is a JSON array of [organisation, share].
create table contract_terms (
  partnership_id text not null,
  contract_id text not null,
  version integer not null,
  effective_on text not null,
  recorded_at integer not null,
  reason text,
  title text not null,
  value_pence integer,
  value_gross_pence integer,
  ends_on text not null,
  may_extend_to_on text,
  place text,
  shares text not null,
  primary key (partnership_id, contract_id, version),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id),
  foreign key (partnership_id, place) references place (partnership_id, code)
) strict;

-- What is promised in a contract.
create table commitment (
  partnership_id text not null,
  contract_id text not null,
  number integer not null,
  measure text not null,
  kpi integer not null check (kpi in (0, 1)),
  counted_separately text,
  place text,
  recorded_at integer not null,
  primary key (partnership_id, contract_id, number),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id),
  foreign key (partnership_id, place) references place (partnership_id, code)
) strict;

-- A target from one version on; 1 is the baseline. `target` is JSON: {"whole":reported} or {"periods":{label:reported}}.
create table commitment_target (
  partnership_id text not null,
  contract_id text not null,
  number integer not null,
  version integer not null,
  effective_on text not null,
  recorded_at integer not null,
  reason text,
  target text not null,
  primary key (partnership_id, contract_id, number, version),
  foreign key (partnership_id, contract_id, number) references commitment (partnership_id, contract_id, number)
) strict;

-- One revision of the return of a contract for a period. `saves` counts how often a draft was saved.
create table return_revision (
  partnership_id text not null,
  contract_id text not null,
  period text not null,
  revision integer not null,
  from_on text not null,
  to_on text not null,
  state text not null,
  contract_and_period_only integer not null check (contract_and_period_only in (0, 1)),
  relates_to_commitment integer not null check (relates_to_commitment in (0, 1)),
  saves integer not null,
  saved_at integer not null,
  saved_by text not null,
  submitted_at integer,
  submitted_by text,
  decided_at integer,
  decided_by text,
  reason text,
  primary key (partnership_id, contract_id, period, revision),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id)
) strict;

-- A line of a revision. `reported` is JSON; `quantity_micro` repeats it where it is a plain quantity.
-- A place is checked when a line is parsed, not again here: no row that many writers share is locked by a return.
create table return_line (
  partnership_id text not null,
  contract_id text not null,
  period text not null,
  revision integer not null,
  line text not null,
  position integer not null,
  measure text not null,
  reported text not null,
  quantity_micro integer,
  starters_micro integer,
  place text,
  target_group text,
  tier integer not null,
  activity text,
  contract_share text not null,
  note text,
  primary key (partnership_id, contract_id, period, revision, line),
  foreign key (partnership_id, contract_id, period, revision) references return_revision (partnership_id, contract_id, period, revision)
) strict;
create index return_line_by_activity on return_line (partnership_id, activity) where activity is not null;

-- What supports a line: a file by its SHA-256, or a link (then `fingerprint` is the hash of its text, which an index can hold).
create table return_evidence (
  partnership_id text not null,
  contract_id text not null,
  period text not null,
  revision integer not null,
  line text not null,
  position integer not null,
  fingerprint text not null,
  link text,
  quantity_micro integer,
  primary key (partnership_id, contract_id, period, revision, line, position),
  foreign key (partnership_id, contract_id, period, revision, line) references return_line (partnership_id, contract_id, period, revision, line)
) strict;
create index return_evidence_by_fingerprint on return_evidence (partnership_id, fingerprint);

-- What was accepted of a line, where it is not what was claimed.
create table return_accepted_line (
  partnership_id text not null,
  contract_id text not null,
  period text not null,
  revision integer not null,
  line text not null,
  position integer not null,
  accepted text not null,
  reason text not null,
  primary key (partnership_id, contract_id, period, revision, line),
  foreign key (partnership_id, contract_id, period, revision, line) references return_line (partnership_id, contract_id, period, revision, line)
) strict;

-- Where the chain of a contract's postings ends. Its row is taken before postings are appended.
create table chain (
  partnership_id text not null,
  contract_id text not null,
  length integer not null,
  head_hash text not null,
  recorded_at integer not null,
  primary key (partnership_id, contract_id),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id)
) strict, without rowid;

-- The ledger of value: appended, never changed. The unique key finds what stands of a period, and lets nothing be taken back twice.
create table posting (
  partnership_id text not null,
  contract_id text not null,
  sequence integer not null,
  recorded_at integer not null,
  reason text not null,
  reverses integer,
  stage text not null,
  period text not null,
  from_on text not null,
  to_on text not null,
  line text not null,
  position integer not null,
  anchor_id text not null,
  measure text not null,
  worth_column text,
  supplier_id text not null,
  place text,
  tier integer not null,
  target_group text,
  edition text not null,
  price_base text not null,
  in_extension integer not null check (in_extension in (0, 1)),
  provisional integer not null check (provisional in (0, 1)),
  nominal integer not null check (nominal in (0, 1)),
  quantity_micro integer,
  numerator_micro integer,
  denominator_micro integer,
  worth_pence integer,
  hash text not null,
  primary key (partnership_id, contract_id, sequence),
  unique (partnership_id, contract_id, period, reverses),
  foreign key (partnership_id, contract_id) references chain (partnership_id, contract_id)
) strict;

-- Sums of postings by contract and supplier. The checks make both databases refuse a sum near the end of 64 bits.
create table contract_total (
  partnership_id text not null,
  contract_id text not null,
  supplier_id text not null,
  anchor_id text not null,
  measure text not null,
  place text not null,
  period text not null,
  from_on text not null,
  to_on text not null,
  stage text not null,
  edition text not null,
  leads integer not null check (leads in (0, 1)),
  worth_pence integer not null,
  quantity_micro integer not null,
  numerator_micro integer not null,
  denominator_micro integer not null,
  valued_lines integer not null,
  record_only_lines integer not null,
  provisional_lines integer not null,
  nominal_lines integer not null,
  primary key (partnership_id, contract_id, stage, period, anchor_id, measure, place, edition, leads),
  check (worth_pence between -9000000000000000000 and 9000000000000000000),
  check (quantity_micro between -9000000000000000000 and 9000000000000000000),
  check (numerator_micro between -9000000000000000000 and 9000000000000000000),
  check (denominator_micro between -9000000000000000000 and 9000000000000000000)
) strict, without rowid;
create index contract_total_by_supplier on contract_total (partnership_id, supplier_id);

-- The same sums without contract, which answer dashboards.
create table anchor_total (
  partnership_id text not null,
  anchor_id text not null,
  measure text not null,
  place text not null,
  period text not null,
  from_on text not null,
  to_on text not null,
  stage text not null,
  edition text not null,
  leads integer not null check (leads in (0, 1)),
  worth_pence integer not null,
  quantity_micro integer not null,
  numerator_micro integer not null,
  denominator_micro integer not null,
  valued_lines integer not null,
  record_only_lines integer not null,
  provisional_lines integer not null,
  nominal_lines integer not null,
  primary key (partnership_id, stage, anchor_id, period, measure, place, edition, leads),
  check (worth_pence between -9000000000000000000 and 9000000000000000000),
  check (quantity_micro between -9000000000000000000 and 9000000000000000000),
  check (numerator_micro between -9000000000000000000 and 9000000000000000000),
  check (denominator_micro between -9000000000000000000 and 9000000000000000000)
) strict, without rowid;

-- Who did what when, with what was before and after as JSON. Ids sort by time.
create table audit (
  partnership_id text not null,
  audit_id text not null,
  recorded_at integer not null,
  actor_id text not null,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  before_json text,
  after_json text,
  primary key (partnership_id, audit_id)
) strict;
create index audit_by_subject on audit (partnership_id, subject_kind, subject_id);

-- The digest of every proxy edition as it was first seen here.
create table edition (
  partnership_id text not null,
  edition text not null,
  digest text not null,
  recorded_at integer not null,
  primary key (partnership_id, edition),
  foreign key (partnership_id) references partnership (partnership_id)
) strict, without rowid;
