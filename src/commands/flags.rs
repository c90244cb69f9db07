//! The flags that override settings, and the help on the environment.

use clap::Args;

/// Appended to the help of commands that read settings.
pub const ENVIRONMENT_HELP: &str = "\
Environment:
  SLUICEGATE_CONFIG         The configuration file, unless --config names one
                            (else ./sluicegate.toml, if it exists)
  SLUICEGATE_SECTION__KEY   Overrides a setting: SLUICEGATE_IDENTITY__MODE=local
  SLUICEGATE_LOG_FORMAT     text or json, unless --log-format is given
  RUST_LOG                  What is logged to standard error; default: warn,sluicegate=info
  AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL_SAGEMAKER and the rest of the ordinary AWS
  environment               The credentials, Region and endpoint for SageMaker (serve and check)";

/// Flags that override settings.
#[derive(Debug, Default, Args)]
pub struct Overrides {
    /// The address to listen on; port 0 picks one [setting: server.listen; variable:
    /// SLUICEGATE_SERVER__LISTEN; default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// The folder of the databases [setting: state_dir; variable: SLUICEGATE_STATE_DIR; default: .]
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<String>,
    /// Do not let anybody create, stop, resume or retry executions [setting: server.read_only; variable:
    /// SLUICEGATE_SERVER__READ_ONLY; default: false]
    #[arg(long)]
    pub read_only: bool,
}

impl Overrides {
    /// Setting, flag and value of those given.
    pub fn flags(self) -> Vec<(&'static str, &'static str, String)> {
        let Self {
            listen,
            state_dir,
            read_only,
        } = self;
        [
            ("server.listen", "--listen", listen),
            ("state_dir", "--state-dir", state_dir),
            (
                "server.read_only",
                "--read-only",
                read_only.then(|| true.to_string()),
            ),
        ]
        .into_iter()
        .filter_map(|(path, flag, text)| Some((path, flag, text?)))
        .collect()
    }
}
