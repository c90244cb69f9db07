//! When an earlier result of a step stands for a new one.

use super::{Program, Step};
use crate::definition::{Kind, StepKind, Value};
use crate::emulator::engine::Millis;
use crate::emulator::engine::chance::{Chance, hash};
use crate::emulator::engine::expression::Compiler;

/// A step that may be taken from the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cacheable {
    /// The step's name.
    pub step: String,
    /// Equal keys of one pipeline mean equal type and arguments, the parameters filled in, upstream results included.
    pub key: u64,
    /// `CacheConfig.ExpireAfter` as a length; none never expires.
    pub expire_after: Option<Millis>,
}

/// What a step's key is made of.
#[derive(Debug)]
pub struct CacheRule {
    /// Type and arguments as written.
    written: u64,
    /// The parameters among them.
    parameters: Vec<usize>,
    expire_after: Option<Millis>,
}

/// Gives every step with caching enabled its rule.
pub fn rule(compiler: &Compiler<'_>, steps: &mut [Step]) {
    let definition = compiler.definition;
    for (place, step) in steps.iter_mut().enumerate() {
        let Some(config) = definition
            .cache_config(place)
            .filter(|config| config.enabled)
        else {
            continue;
        };
        let arguments = definition.arguments(place);
        step.cache = Some(CacheRule {
            written: hash(&arguments.map(Value::to_json).unwrap_or_default())
                ^ hash(step.kind.label()),
            parameters: arguments
                .map(|arguments| parameters(compiler, arguments))
                .unwrap_or_default(),
            expire_after: config.expire_after.as_deref().and_then(length),
        });
    }
}

/// The parameters that a value refers to, at any depth.
fn parameters(compiler: &Compiler<'_>, value: Value<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value.kind() {
            Kind::Array => open.extend(value.items()),
            Kind::Object => {
                let name = value
                    .get("Get")
                    .and_then(Value::as_str)
                    .and_then(|path| path.strip_prefix("Parameters."));
                found.extend(name.and_then(|name| compiler.parameter(name)));
                open.extend(value.entries().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// An ISO 8601 duration (`P30D`, `PT12H`), or the service's short form of it (`30d`, `12h`).
fn length(text: &str) -> Option<Millis> {
    let mut total = 0.0;
    let mut digits = String::new();
    let mut time = !text.starts_with(['P', 'p']);
    for letter in text.chars() {
        let seconds = match letter.to_ascii_uppercase() {
            'P' => continue,
            'T' => {
                time = true;
                continue;
            }
            'Y' => 365.0 * 86_400.0,
            'W' => 7.0 * 86_400.0,
            'D' => 86_400.0,
            'H' => 3_600.0,
            'M' if time => 60.0,
            'M' => 30.0 * 86_400.0,
            'S' => 1.0,
            _ => {
                digits.push(letter);
                continue;
            }
        };
        total += std::mem::take(&mut digits).parse::<f64>().ok()? * seconds;
    }
    (digits.is_empty() && total > 0.0).then_some((total * 1_000.0) as Millis)
}

impl Program {
    /// Steps with caching enabled, each with the key to look an earlier result up by. A step is only among them
    /// when everything it depends on is, conditions aside: new upstream results are new arguments.
    pub fn cacheable(&self, given: &[(String, String)]) -> Vec<Cacheable> {
        let mut keys: Vec<Option<u64>> = vec![None; self.steps.len()];
        // Upstream first; steps in a circle are never reached and have no key.
        let mut unmet: Vec<usize> = self.steps.iter().map(|step| step.gates.len()).collect();
        let mut open: Vec<usize> = (0..unmet.len())
            .filter(|place| unmet[*place] == 0)
            .collect();
        while let Some(place) = open.pop() {
            keys[place] = self.key(place, given, &keys);
            for gate in &self.steps[place].dependents {
                unmet[gate.step] -= 1;
                if unmet[gate.step] == 0 {
                    open.push(gate.step);
                }
            }
        }
        let cacheable = |(step, key): (&Step, Option<u64>)| {
            let expire_after = step.cache.as_ref()?.expire_after;
            Some(Cacheable {
                step: step.name.clone(),
                key: key?,
                expire_after,
            })
        };
        self.steps.iter().zip(keys).filter_map(cacheable).collect()
    }

    /// A step's key from those of its upstream; none when it or one of them cannot be cached.
    fn key(&self, place: usize, given: &[(String, String)], keys: &[Option<u64>]) -> Option<u64> {
        let step = &self.steps[place];
        let rule = step.cache.as_ref()?;
        let mut key = Chance::of(rule.written).and(step.key);
        let upstream = step.gates.iter().map(|gate| gate.step);
        for place in upstream.filter(|place| self.steps[*place].kind != StepKind::Condition) {
            key = key.and(keys[place]?);
        }
        for parameter in &rule.parameters {
            let parameter = &self.parameters[*parameter];
            let given = given.iter().find(|(name, _)| *name == parameter.name);
            let value = given.map(|(_, value)| value).or(parameter.text.as_ref());
            key = key.about(value.map_or("", String::as_str));
        }
        Some(key.number())
    }
}
