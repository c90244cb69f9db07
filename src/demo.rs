//! The console with a local SageMaker behind it, for a first look without an account.
