-- Series of numbers that a partnership brought: each release is sealed, and never changes. `document` is the release in the
-- keys of the files that are shipped, as TOML; `digest` is over what it says.
create table series (
  partnership_id text not null,
  name text not null,
  release text not null,
  document text not null,
  digest text not null,
  added_at integer not null,
  added_by text not null,
  primary key (partnership_id, name, release),
  foreign key (partnership_id) references partnership (partnership_id)
) strict;

-- The releases of these that a proxy edition of the partnership rests on.
create table edition_series (
  partnership_id text not null,
  edition text not null,
  name text not null,
  release text not null,
  primary key (partnership_id, edition, name),
  foreign key (partnership_id, edition) references proxy_edition (partnership_id, edition),
  foreign key (partnership_id, name, release) references series (partnership_id, name, release)
) strict;
