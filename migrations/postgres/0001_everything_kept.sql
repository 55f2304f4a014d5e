-- Everything Good Measure keeps, on PostgreSQL. The text for SQLite says the same; a test compares them.
-- Quantities are millionths (_micro; of posts in work post-months, shown divided by 12), money whole pence (_pence), times microseconds in UTC (_at), days ISO text (_on).
-- Texts sort by bytes, as on SQLite. The partnership goes first in every key, so that rows can be spread by it.

-- The body whose data stands together and apart from all others.
create table partnership (
  partnership_id text collate "C" not null,
  name text collate "C" not null,
  created_at bigint not null,
  primary key (partnership_id)
);

-- Who may call. The secret itself is never kept, only its SHA-256.
create table api_key (
  partnership_id text collate "C" not null,
  key_id text collate "C" not null,
  name text collate "C" not null,
  role text collate "C" not null,
  secret_sha256 text collate "C" not null,
  prefix text collate "C" not null,
  created_at bigint not null,
  expires_at bigint,
  revoked_at bigint,
  primary key (partnership_id, key_id),
  unique (partnership_id, secret_sha256),
  foreign key (partnership_id) references partnership (partnership_id)
);

-- Areas that value is delivered in. `covers` is a JSON array of codes: another tree over some of them.
create table place (
  partnership_id text collate "C" not null,
  code text collate "C" not null,
  name text collate "C" not null,
  kind text collate "C" not null,
  parent text collate "C",
  gss text collate "C",
  valid_from_on text collate "C",
  valid_to_on text collate "C",
  covers text collate "C" not null,
  primary key (partnership_id, code),
  foreign key (partnership_id) references partnership (partnership_id),
  foreign key (partnership_id, parent) references place (partnership_id, code)
);

-- Anchor institutions, suppliers, and what they became.
create table organisation (
  partnership_id text collate "C" not null,
  organisation_id text collate "C" not null,
  name text collate "C" not null,
  kind text collate "C" not null,
  scale text collate "C",
  place text collate "C",
  anchor_institution bigint not null check (anchor_institution in (0, 1)),
  anchor_from_on text collate "C",
  anchor_to_on text collate "C",
  created_at bigint not null,
  primary key (partnership_id, organisation_id),
  foreign key (partnership_id) references partnership (partnership_id),
  foreign key (partnership_id, place) references place (partnership_id, code)
);

-- An identifier names one organisation.
create table organisation_identifier (
  partnership_id text collate "C" not null,
  scheme text collate "C" not null,
  identifier text collate "C" not null,
  organisation_id text collate "C" not null,
  primary key (partnership_id, scheme, identifier),
  foreign key (partnership_id, organisation_id) references organisation (partnership_id, organisation_id)
);
create index organisation_identifier_by_organisation on organisation_identifier (partnership_id, organisation_id);

-- Bodies that went before others; `from_on` is the first day of the one after.
create table organisation_predecessor (
  partnership_id text collate "C" not null,
  organisation_id text collate "C" not null,
  predecessor_id text collate "C" not null,
  from_on text collate "C" not null,
  primary key (partnership_id, organisation_id, predecessor_id),
  foreign key (partnership_id, organisation_id) references organisation (partnership_id, organisation_id),
  foreign key (partnership_id, predecessor_id) references organisation (partnership_id, organisation_id)
);

-- What never changes of a contract.
create table contract (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  reference text collate "C" not null,
  ocid text collate "C",
  supplier_id text collate "C" not null,
  starts_on text collate "C" not null,
  reporting text collate "C" not null,
  edition text collate "C" not null,
  created_at bigint not null,
  primary key (partnership_id, contract_id),
  unique (partnership_id, reference),
  unique (partnership_id, ocid),
  foreign key (partnership_id) references partnership (partnership_id),
  foreign key (partnership_id, supplier_id) references organisation (partnership_id, organisation_id)
);

-- What a contract says from one version on; 1 is the baseline. `shares` is a JSON array of [organisation, share].
create table contract_terms (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  version bigint not null,
  effective_on text collate "C" not null,
  recorded_at bigint not null,
  reason text collate "C",
  title text collate "C" not null,
  value_pence bigint,
  value_gross_pence bigint,
  ends_on text collate "C" not null,
  may_extend_to_on text collate "C",
  place text collate "C",
  shares text collate "C" not null,
  primary key (partnership_id, contract_id, version),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id),
  foreign key (partnership_id, place) references place (partnership_id, code)
);

-- What is promised in a contract.
create table commitment (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  number bigint not null,
  measure text collate "C" not null,
  kpi bigint not null check (kpi in (0, 1)),
  counted_separately text collate "C",
  place text collate "C",
  recorded_at bigint not null,
  primary key (partnership_id, contract_id, number),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id),
  foreign key (partnership_id, place) references place (partnership_id, code)
);

-- A target from one version on; 1 is the baseline. `target` is JSON: {"whole":reported} or {"periods":{label:reported}}.
create table commitment_target (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  number bigint not null,
  version bigint not null,
  effective_on text collate "C" not null,
  recorded_at bigint not null,
  reason text collate "C",
  target text collate "C" not null,
  primary key (partnership_id, contract_id, number, version),
  foreign key (partnership_id, contract_id, number) references commitment (partnership_id, contract_id, number)
);

-- One revision of the return of a contract for a period. `saves` counts how often a draft was saved.
create table return_revision (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  period text collate "C" not null,
  revision bigint not null,
  from_on text collate "C" not null,
  to_on text collate "C" not null,
  state text collate "C" not null,
  contract_and_period_only bigint not null check (contract_and_period_only in (0, 1)),
  relates_to_commitment bigint not null check (relates_to_commitment in (0, 1)),
  saves bigint not null,
  saved_at bigint not null,
  saved_by text collate "C" not null,
  submitted_at bigint,
  submitted_by text collate "C",
  decided_at bigint,
  decided_by text collate "C",
  reason text collate "C",
  primary key (partnership_id, contract_id, period, revision),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id)
);

-- A line of a revision. `reported` is JSON; `quantity_micro` repeats it where it is a plain quantity.
-- A place is checked when a line is parsed, not again here: no row that many writers share is locked by a return.
create table return_line (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  period text collate "C" not null,
  revision bigint not null,
  line text collate "C" not null,
  position bigint not null,
  measure text collate "C" not null,
  reported text collate "C" not null,
  quantity_micro bigint,
  starters_micro bigint,
  place text collate "C",
  target_group text collate "C",
  tier bigint not null,
  activity text collate "C",
  contract_share text collate "C" not null,
  note text collate "C",
  primary key (partnership_id, contract_id, period, revision, line),
  foreign key (partnership_id, contract_id, period, revision) references return_revision (partnership_id, contract_id, period, revision)
);
create index return_line_by_activity on return_line (partnership_id, activity) where activity is not null;

-- What supports a line: a file by its SHA-256, or a link (then `fingerprint` is the hash of its text, which an index can hold).
create table return_evidence (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  period text collate "C" not null,
  revision bigint not null,
  line text collate "C" not null,
  position bigint not null,
  fingerprint text collate "C" not null,
  link text collate "C",
  quantity_micro bigint,
  primary key (partnership_id, contract_id, period, revision, line, position),
  foreign key (partnership_id, contract_id, period, revision, line) references return_line (partnership_id, contract_id, period, revision, line)
);
create index return_evidence_by_fingerprint on return_evidence (partnership_id, fingerprint);

-- What was accepted of a line, where it is not what was claimed.
create table return_accepted_line (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  period text collate "C" not null,
  revision bigint not null,
  line text collate "C" not null,
  position bigint not null,
  accepted text collate "C" not null,
  reason text collate "C" not null,
  primary key (partnership_id, contract_id, period, revision, line),
  foreign key (partnership_id, contract_id, period, revision, line) references return_line (partnership_id, contract_id, period, revision, line)
);

-- Where the chain of a contract's postings ends. Its row is taken before postings are appended.
create table chain (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  length bigint not null,
  head_hash text collate "C" not null,
  recorded_at bigint not null,
  primary key (partnership_id, contract_id),
  foreign key (partnership_id, contract_id) references contract (partnership_id, contract_id)
);

-- The ledger of value: appended, never changed. The unique key finds what stands of a period, and lets nothing be taken back twice.
create table posting (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  sequence bigint not null,
  recorded_at bigint not null,
  reason text collate "C" not null,
  reverses bigint,
  stage text collate "C" not null,
  period text collate "C" not null,
  from_on text collate "C" not null,
  to_on text collate "C" not null,
  line text collate "C" not null,
  position bigint not null,
  anchor_id text collate "C" not null,
  measure text collate "C" not null,
  worth_column text collate "C",
  supplier_id text collate "C" not null,
  place text collate "C",
  tier bigint not null,
  target_group text collate "C",
  edition text collate "C" not null,
  price_base text collate "C" not null,
  in_extension bigint not null check (in_extension in (0, 1)),
  provisional bigint not null check (provisional in (0, 1)),
  nominal bigint not null check (nominal in (0, 1)),
  quantity_micro bigint,
  numerator_micro bigint,
  denominator_micro bigint,
  worth_pence bigint,
  hash text collate "C" not null,
  primary key (partnership_id, contract_id, sequence),
  unique (partnership_id, contract_id, period, reverses),
  foreign key (partnership_id, contract_id) references chain (partnership_id, contract_id)
);

-- Sums of postings by contract and supplier. The checks make both databases refuse a sum near the end of 64 bits.
create table contract_total (
  partnership_id text collate "C" not null,
  contract_id text collate "C" not null,
  supplier_id text collate "C" not null,
  anchor_id text collate "C" not null,
  measure text collate "C" not null,
  place text collate "C" not null,
  period text collate "C" not null,
  from_on text collate "C" not null,
  to_on text collate "C" not null,
  stage text collate "C" not null,
  edition text collate "C" not null,
  leads bigint not null check (leads in (0, 1)),
  worth_pence bigint not null,
  quantity_micro bigint not null,
  numerator_micro bigint not null,
  denominator_micro bigint not null,
  valued_lines bigint not null,
  record_only_lines bigint not null,
  provisional_lines bigint not null,
  nominal_lines bigint not null,
  primary key (partnership_id, contract_id, stage, period, anchor_id, measure, place, edition, leads),
  check (worth_pence between -9000000000000000000 and 9000000000000000000),
  check (quantity_micro between -9000000000000000000 and 9000000000000000000),
  check (numerator_micro between -9000000000000000000 and 9000000000000000000),
  check (denominator_micro between -9000000000000000000 and 9000000000000000000)
);
create index contract_total_by_supplier on contract_total (partnership_id, supplier_id);

-- The same sums without contract, which answer dashboards.
create table anchor_total (
  partnership_id text collate "C" not null,
  anchor_id text collate "C" not null,
  measure text collate "C" not null,
  place text collate "C" not null,
  period text collate "C" not null,
  from_on text collate "C" not null,
  to_on text collate "C" not null,
  stage text collate "C" not null,
  edition text collate "C" not null,
  leads bigint not null check (leads in (0, 1)),
  worth_pence bigint not null,
  quantity_micro bigint not null,
  numerator_micro bigint not null,
  denominator_micro bigint not null,
  valued_lines bigint not null,
  record_only_lines bigint not null,
  provisional_lines bigint not null,
  nominal_lines bigint not null,
  primary key (partnership_id, stage, anchor_id, period, measure, place, edition, leads),
  check (worth_pence between -9000000000000000000 and 9000000000000000000),
  check (quantity_micro between -9000000000000000000 and 9000000000000000000),
  check (numerator_micro between -9000000000000000000 and 9000000000000000000),
  check (denominator_micro between -9000000000000000000 and 9000000000000000000)
);

-- Who did what when, with what was before and after as JSON. Ids sort by time.
create table audit (
  partnership_id text collate "C" not null,
  audit_id text collate "C" not null,
  recorded_at bigint not null,
  actor_id text collate "C" not null,
  action text collate "C" not null,
  subject_kind text collate "C" not null,
  subject_id text collate "C" not null,
  before_json text collate "C",
  after_json text collate "C",
  primary key (partnership_id, audit_id)
);
create index audit_by_subject on audit (partnership_id, subject_kind, subject_id);

-- The digest of every proxy edition as it was first seen here.
create table edition (
  partnership_id text collate "C" not null,
  edition text collate "C" not null,
  digest text collate "C" not null,
  recorded_at bigint not null,
  primary key (partnership_id, edition),
  foreign key (partnership_id) references partnership (partnership_id)
);
