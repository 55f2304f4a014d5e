-- Series of numbers that a partnership brought: each release is sealed, and never changes. `document` is the release in the
-- keys of the files that are shipped, as TOML; `digest` is over what it says.
create table series (
  partnership_id text collate "C" not null,
  name text collate "C" not null,
  release text collate "C" not null,
  document text collate "C" not null,
  digest text collate "C" not null,
  added_at bigint not null,
  added_by text collate "C" not null,
  primary key (partnership_id, name, release),
  foreign key (partnership_id) references partnership (partnership_id)
);

-- The releases of these that a proxy edition of the partnership rests on.
create table edition_series (
  partnership_id text collate "C" not null,
  edition text collate "C" not null,
  name text collate "C" not null,
  release text collate "C" not null,
  primary key (partnership_id, edition, name),
  foreign key (partnership_id, edition) references proxy_edition (partnership_id, edition),
  foreign key (partnership_id, name, release) references series (partnership_id, name, release)
);
