-- Refused: the call that was refused, which may be one that the action's own call needed first.
-- NULL in rows of versions that made no other.
ALTER TABLE outcomes ADD COLUMN operation TEXT;
