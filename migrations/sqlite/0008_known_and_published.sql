-- What was recorded since a moment, so that figures are known again as they were then.
create index posting_by_time on posting (partnership_id, recorded_at);
