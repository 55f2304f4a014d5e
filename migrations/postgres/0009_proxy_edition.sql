-- Tables of values that a partnership governs itself. `document` is the edition in the keys of its files, as TOML; who did
-- what when stands in columns, and `state` names the furthest of them. The digest of what is published is also in `edition`.
create table proxy_edition (
  partnership_id text collate "C" not null,
  edition text collate "C" not null,
  revision bigint not null,
  document text collate "C" not null,
  state text collate "C" not null,
  drafted_at bigint not null,
  drafted_by text collate "C" not null,
  proposed_at bigint,
  proposed_by text collate "C",
  approved_at bigint,
  approved_by text collate "C",
  published_at bigint,
  published_by text collate "C",
  digest text collate "C",
  superseded_at bigint,
  superseded_by text collate "C",
  successor text collate "C",
  withdrawn_at bigint,
  withdrawn_by text collate "C",
  withdrawn_because text collate "C",
  primary key (partnership_id, edition),
  foreign key (partnership_id) references partnership (partnership_id)
);
