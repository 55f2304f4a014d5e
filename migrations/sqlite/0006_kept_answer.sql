-- Answers kept under the name that a request was given, in the transaction of its effect, so that repeating it does nothing.
create table kept_answer (
  partnership_id text not null,
  actor_id text not null,
  name text not null,
  fingerprint text not null,
  answer text,
  recorded_at integer not null,
  primary key (partnership_id, actor_id, name),
  foreign key (partnership_id) references partnership (partnership_id)
) strict;
create index kept_answer_by_time on kept_answer (partnership_id, recorded_at);
