//! Examples for bodies that have none of their own, put together from those of their parts.

use serde_json::{Map, Value, json};

/// Schemas may mention themselves; nobody needs an example that deep.
const DEPTH: usize = 8;

/// Gives every body that `document` describes an example, wherever its parts have one.
pub(super) fn complete(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    visit(&mut document["paths"], &schemas);
}

fn visit(value: &mut Value, schemas: &Value) {
    let Value::Object(members) = value else { return };
    for (name, member) in members {
        match (name.as_str(), member) {
            ("content", Value::Object(kinds)) => {
                for kind in kinds.values_mut().filter(|kind| kind["example"].is_null()) {
                    if let Some(example) = example(&kind["schema"], schemas, DEPTH) {
                        kind["example"] = example;
                    }
                }
            }
            (_, member) => visit(member, schemas),
        }
    }
}

/// A value of `schema`; `None` when nobody has said what such a text may be.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let of = |schema: &Value| example(schema, schemas, depth);
    let first = |name: &str| schema[name].get(0);
    if let Some(value) = first("examples").or(schema.get("example")).or(schema.get("default")) {
        return Some(value.clone());
    }
    if let Some(name) = schema["$ref"].as_str() {
        return of(&schemas[name.rsplit('/').next()?]);
    }
    if let Some(value) = first("enum") {
        return Some(value.clone());
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            whole.extend(of(part)?.as_object()?.clone());
        }
        return Some(whole.into());
    }
    let choices = [&schema["anyOf"], &schema["oneOf"]].into_iter().filter_map(Value::as_array);
    if let Some(value) = choices.flatten().filter(|choice| choice["type"] != "null").find_map(of) {
        return Some(value);
    }
    let kind = schema["type"].as_str().or(first("type").and_then(Value::as_str));
    match kind? {
        "boolean" => Some(json!(true)),
        "integer" | "number" => Some(schema.get("minimum").cloned().unwrap_or(json!(1))),
        "array" => Some(Value::from_iter(of(&schema["items"]))),
        "object" => members(schema, of),
        _ => None,
    }
}

/// An object with all members that have examples; `None` when one that must be there has none.
fn members(schema: &Value, of: impl Fn(&Value) -> Option<Value>) -> Option<Value> {
    let mut whole = Map::new();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        match of(member) {
            Some(value) => {
                whole.insert(name.clone(), value);
            }
            None if schema["required"].as_array()?.contains(&json!(name)) => return None,
            None => {}
        }
    }
    Some(whole.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wholes_are_made_of_parts() {
        let schemas = json!({
            "Name": { "type": "string", "examples": ["Ann"] },
            "Tree": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": { "$ref": "#/components/schemas/Name" },
                    "kind": { "type": "string", "enum": ["oak"] },
                    "age": { "type": ["integer", "null"], "minimum": 0 },
                    "unsaid": { "type": "string" },
                },
            },
        });
        let tree = json!({ "name": "Ann", "kind": "oak", "age": 0 });
        let reference = json!({ "$ref": "#/components/schemas/Tree" });
        for (schema, expected) in [
            (reference.clone(), Some(tree.clone())),
            (json!({ "type": "array", "items": reference }), Some(json!([tree]))),
            (json!({ "allOf": [reference, { "examples": [{ "b": 1 }] }] }), {
                let mut both = tree.clone();
                both["b"] = json!(1);
                Some(both)
            }),
            (json!({ "oneOf": [{ "type": "null" }, { "type": "boolean" }] }), Some(json!(true))),
            (json!({ "type": "string" }), None),
            (
                json!({
                    "type": "object",
                    "required": ["a"],
                    "properties": { "a": { "type": "string" } },
                }),
                None,
            ),
        ] {
            assert_eq!(example(&schema, &schemas, DEPTH), expected, "{schema}");
        }
    }

    #[test]
    fn an_example_of_its_own_stays() {
        let mut document = json!({
            "components": { "schemas": {} },
            "paths": { "/": { "get": { "responses": { "200": { "content": {
                "a": { "schema": { "type": "boolean" }, "example": false },
                "b": { "schema": { "type": "boolean" } },
            } } } } } },
        });
        complete(&mut document);
        let content = &document["paths"]["/"]["get"]["responses"]["200"]["content"];
        assert_eq!(
            (&content["a"]["example"], &content["b"]["example"]),
            (&json!(false), &json!(true))
        );
    }
}
