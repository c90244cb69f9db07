//! What tests of several rooms share.

pub mod stub_sagemaker;
