//! A local SageMaker that speaks its wire protocol.
