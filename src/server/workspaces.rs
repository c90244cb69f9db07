//! Makes the registry of workspaces from the settings.

use crate::aws::{Access, CallRates, Client, Credentials, Endpoints, Workspace, Workspaces};
use crate::config;

/// Prepares a client for each workspace of the settings. Calls no AWS service, so that a console
/// starts without credentials and reports that on its pages.
pub async fn connect(workspaces: &[config::Workspace], credentials: &Credentials) -> Workspaces {
    let mut connected = Vec::with_capacity(workspaces.len());
    for workspace in workspaces {
        let client = Client::connect(Access {
            region: workspace.region.clone(),
            role_arn: workspace.role_arn.clone(),
            write_role_arn: workspace.write_role_arn.clone(),
            endpoint_url: workspace.endpoint_url.clone(),
            endpoints: Endpoints {
                logs: workspace.endpoints.logs.clone(),
            },
            call_rates: CallRates {
                sagemaker: workspace.calls_per_second,
                logs: workspace.budgets.logs,
            },
            credentials: credentials.clone(),
        })
        .await;
        // The ordinary AWS environment may name an endpoint too.
        let endpoint = Some(client.endpoint()).filter(|url| !url.contains(".amazonaws.com"));
        connected.push(Workspace {
            name: workspace.name.clone(),
            region: workspace.region.clone(),
            endpoint,
            colour: workspace.colour.clone(),
            client,
        });
    }
    connected.into_iter().collect()
}
