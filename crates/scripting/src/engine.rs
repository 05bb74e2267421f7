//! The engine: its limits, and what a script may call.

use std::sync::{Arc, LazyLock};

use rhai::{
    Dynamic, Engine, OptimizationLevel, Shared,
    packages::{
        BasicArrayPackage, BasicMapPackage, BasicMathPackage, CorePackage, LogicPackage,
        MoreStringPackage, Package,
    },
};

use crate::{builtins, limits::Limits, memory::Gauge, run, texts, value};

/// The most variables of one function, parameters of the request among them.
const MAX_VARIABLES: usize = 192;

/// The most functions of a script.
const MAX_FUNCTIONS: usize = 64;

/// The most short texts that the engine keeps once for all their users.
const MAX_INTERNED: usize = 256;

/// Not for scripts: to run texts as code, to load code, and to bind values to functions, which
/// nests without limit.
const DISABLED: &[&str] = &["curry", "eval", "export", "import"];

/// An engine within `limits`. It keeps nothing of a script that has ended.
pub(crate) fn engine(limits: &Limits, gauge: &Arc<Gauge>) -> Engine {
    static PACKAGES: LazyLock<[Shared<rhai::Module>; 6]> = LazyLock::new(|| {
        [
            CorePackage::new().as_shared_module(),
            LogicPackage::new().as_shared_module(),
            BasicMathPackage::new().as_shared_module(),
            BasicArrayPackage::new().as_shared_module(),
            BasicMapPackage::new().as_shared_module(),
            MoreStringPackage::new().as_shared_module(),
        ]
    });
    let mut engine = Engine::new_raw();
    for package in &*PACKAGES {
        engine.register_global_module(Shared::clone(package));
    }
    for symbol in DISABLED {
        engine.disable_symbol(*symbol);
    }
    engine
        .set_strict_variables(true)
        .set_optimization_level(OptimizationLevel::Simple)
        .set_max_call_levels(limits.call_levels)
        .set_max_expr_depths(limits.expression_depth, limits.expression_depth / 2)
        .set_max_string_size(limits.string_bytes)
        .set_max_array_size(limits.elements)
        .set_max_map_size(limits.elements)
        .set_max_variables(MAX_VARIABLES)
        .set_max_functions(MAX_FUNCTIONS)
        .set_max_strings_interned(MAX_INTERNED);
    let gauge = Arc::clone(gauge);
    engine.on_progress(move |_| run::progress(&gauge).map(|_| Dynamic::UNIT));
    engine.on_print(run::print);
    engine.on_debug(|text, _, _| {
        tracing::debug!(text = &text[..text.floor_char_boundary(1_024)], "script says");
    });
    value::register(&mut engine, limits);
    texts::register(&mut engine, limits);
    builtins::register(&mut engine, limits);
    engine
}
