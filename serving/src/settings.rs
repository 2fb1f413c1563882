//! Settings from a YAML file.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use policyctl_policies::document::{Format, Limits, parse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads settings; a file that holds nothing gives the default.
pub fn read<T: DeserializeOwned + Default>(file: &Path) -> Result<T> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name: Arc<str> = file.display().to_string().into();
    let Some(document) = parse(&name, &bytes, Format::Yaml, Limits::default()).into_iter().next() else {
        return Ok(T::default());
    };
    let document =
        document.map_err(|e| anyhow!("{name}:{}:{}: {}", e.position.line, e.position.column, e.reason))?;
    serde_json::from_value(document.to_value()).with_context(|| format!("in {name}"))
}

/// What the upper settings say, and what the lower ones say where the upper say nothing.
pub fn over<T: Serialize + DeserializeOwned>(upper: &T, lower: &T) -> Result<T> {
    let mut merged = serde_json::to_value(lower)?;
    if let (Value::Object(merged), Value::Object(upper)) = (&mut merged, serde_json::to_value(upper)?) {
        merged.extend(upper.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Ok(serde_json::from_value(merged)?)
}
