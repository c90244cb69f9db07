//! `[identity.alb]`: an AWS Application Load Balancer.

use crate::config::fixes;
use crate::config::reader::Reader;
use crate::config::source::Source;
use crate::config::workspace::{is_account, is_region};
use crate::identity::AlbMode;

use super::{read_claim, refuse_bad_url, required};

pub(super) fn read_alb(reader: &mut Reader) -> Option<AlbMode> {
    let region = read_region(reader);
    let signer_arns = read_signers(reader, region.as_deref());
    let mut text = |key: &str, fix: &str| {
        let path = format!("identity.alb.{key}");
        required(reader, &path, None, Source::Default, fix)
    };
    let issuer = text(
        "issuer",
        "write the issuer of the load balancer's authenticate action",
    );
    let client_id = text(
        "client_id",
        "write the client id of the load balancer's authenticate action",
    );
    let mut claim = |key: &str, default: &str| {
        let path = format!("identity.alb.{key}");
        read_claim(reader, &path, default, Source::Default)
    };
    let user_claim = claim("user_claim", "sub");
    let email_claim = claim("email_claim", "email");
    let groups_claim = claim("groups_claim", "groups");
    let region = region?;
    let keys = reader.take("identity.alb.keys_url", AlbMode::public_keys(&region));
    refuse_bad_url(reader, "identity.alb.keys_url", &keys);
    Some(AlbMode {
        region,
        signer_arns,
        issuer: issuer?,
        client_id: client_id?,
        user_claim,
        email_claim,
        groups_claim,
        keys,
    })
}

fn read_region(reader: &mut Reader) -> Option<String> {
    let (key, fix) = ("identity.alb.region", fixes::REGION);
    let region = required(reader, key, None, Source::Default, fix)?;
    if !is_region(&region) {
        reader.refuse(key, format!("{region:?} is not valid"), fix);
    }
    Some(region)
}

fn read_signers(reader: &mut Reader, region: Option<&str>) -> Vec<String> {
    let key = "identity.alb.signer_arns";
    let fix = "write the load balancer's ARN in brackets: \
               [\"arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/ml/50dc6c495c0c9188\"]";
    if !reader.is_set(key) {
        let why = ", and every load balancer of the Region signs with the same keys";
        reader.refuse_missing(key, "identity.mode", why, fix);
    }
    let arns: Vec<String> = reader.take(key, Vec::new());
    for arn in &arns {
        match region_of(arn) {
            None => reader.refuse(
                key,
                format!("{arn:?} is not the ARN of an Application Load Balancer"),
                fix,
            ),
            Some(own) if region.is_some_and(|region| region != own) => reader.refuse(
                key,
                format!("{arn:?} is not in the Region of identity.alb.region"),
                "write load balancers of one Region",
            ),
            Some(_) => {}
        }
    }
    arns
}

/// The Region of an Application Load Balancer's ARN.
fn region_of(arn: &str) -> Option<&str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [head, partition, service, region, account, resource] = parts[..] else {
        return None;
    };
    let rest = resource.strip_prefix("loadbalancer/app/")?;
    let (name, id) = rest.split_once('/')?;
    let plain = |text: &str| {
        let mut bytes = text.bytes();
        !text.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_valid = head == "arn"
        && partition.starts_with("aws")
        && plain(partition)
        && service == "elasticloadbalancing"
        && is_region(region)
        && is_account(account)
        && plain(name)
        && plain(id);
    is_valid.then_some(region)
}
