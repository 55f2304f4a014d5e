-- Answers kept under the name that a request was given, in the transaction of its effect, so that repeating it does nothing.
create table kept_answer (
  partnership_id text collate "C" not null,
  actor_id text collate "C" not null,
  name text collate "C" not null,
  fingerprint text collate "C" not null,
  answer text collate "C",
  recorded_at bigint not null,
  primary key (partnership_id, actor_id, name),
  foreign key (partnership_id) references partnership (partnership_id)
);
create index kept_answer_by_time on kept_answer (partnership_id, recorded_at);
