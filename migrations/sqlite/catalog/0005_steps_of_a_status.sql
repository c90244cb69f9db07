-- the state of the execution that the records belong to: its status and time of change when they were read
ALTER TABLE steps ADD COLUMN execution_status TEXT;
ALTER TABLE steps ADD COLUMN execution_modified INTEGER;
