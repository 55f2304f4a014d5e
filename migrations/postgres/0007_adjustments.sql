-- What one commitment adjusts otherwise than its edition, from a version of its target on, and why; and why a line of which
-- only a share counts may also be taken down by what is due to others.
alter table commitment_target add column adjusting text collate "C";
alter table return_line add column share_and_attribution text collate "C";
