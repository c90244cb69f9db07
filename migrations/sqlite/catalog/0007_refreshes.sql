-- When each subject was last read from SageMaker.
ALTER TABLE told RENAME TO refreshes;
