//! Carries out the commands of a test script in wasmi.

use std::collections::BTreeMap;

use enigma_metering::{FAULT_EXPORT, GAS_EXPORT, STACK_EXPORT, limits::STACK_SLOTS, sequence::FAULT_STACK};
use serde_json::{Value, json};
use wasmi::{Config, Engine, Extern, ExternRef, Func, Global, Instance, Module, Mutability, Nullable, Store, Val};

/// More than any script needs.
const GAS: i64 = 1 << 40;

/// What came of a script: how many commands did what they should, by kind; how many were left out, by reason; and those
/// that did something else, by place and what they did.
#[derive(Default)]
pub struct ScriptResult {
    passed: BTreeMap<String, u32>,
    excluded: BTreeMap<String, u32>,
    differing: Vec<String>,
}

impl ScriptResult {
    /// The form of the data file.
    pub fn json(&self) -> Value {
        json!({ "passed": self.passed, "excluded": self.excluded, "differing": self.differing })
    }

    fn pass(&mut self, kind: &str) {
        *self.passed.entry(kind.to_string()).or_default() += 1;
    }

    fn exclude(&mut self, why: &str) {
        *self.excluded.entry(why.to_string()).or_default() += 1;
    }
}

/// Modules of a script: instances, or why there is none.
type Known = Result<Instance, String>;

struct Run {
    store: Store<()>,
    named: BTreeMap<String, Known>,
    registered: BTreeMap<String, Known>,
    last: Known,
    /// All there are: functions of one may be called from another, and each counts by itself.
    instances: Vec<Instance>,
}

/// Carries out a script's commands.
pub fn run_script(commands: &[Value]) -> ScriptResult {
    let mut config = Config::default();
    config.set_max_recursion_depth(1 << 20).set_max_stack_height(1 << 24);
    let mut run = Run {
        store: Store::new(&Engine::new(&config), ()),
        named: BTreeMap::new(),
        registered: BTreeMap::new(),
        last: Err("no-module".to_string()),
        instances: Vec::new(),
    };
    let mut result = ScriptResult::default();
    for (place, command) in commands.iter().enumerate() {
        match run.carry_out(command) {
            Ok(kind) => result.pass(&kind),
            Err(Unmet::Excluded(why)) => result.exclude(&why),
            Err(Unmet::Differs(what)) => result.differing.push(format!("{place}: {what}")),
        }
    }
    result
}

enum Unmet {
    Excluded(String),
    Differs(String),
}

impl Run {
    fn carry_out(&mut self, command: &Value) -> Result<String, Unmet> {
        match text(&command["do"]) {
            "skip" => Err(Unmet::Excluded(text(&command["why"]).to_string())),
            "refuse" if command["refused"] == true => Ok(format!("refused-{}", text(&command["kind"]))),
            "refuse" => Err(Unmet::Differs(format!("{} module accepted", text(&command["kind"])))),
            "module" => {
                let known = match command["refused"].as_str() {
                    Some(code) => Err(code.to_string()),
                    None => self.instantiate(text(&command["module"])),
                };
                if let Some(name) = command["name"].as_str() {
                    self.named.insert(name.to_string(), known.clone());
                }
                self.last = known.clone();
                known.map(|_| "module".to_string()).map_err(Unmet::Excluded)
            }
            "register" => {
                let known = self.module(&command["module"]);
                self.registered.insert(text(&command["as"]).to_string(), known.clone());
                known.map(|_| "register".to_string()).map_err(Unmet::Excluded)
            }
            _ => self.act(&command["action"], &command["expected"]),
        }
    }

    fn module(&self, name: &Value) -> Known {
        match name.as_str() {
            Some(name) => self
                .named
                .get(name)
                .cloned()
                .unwrap_or_else(|| Err("no-module".to_string())),
            None => self.last.clone(),
        }
    }

    fn instantiate(&mut self, module: &str) -> Known {
        let module = Module::new(self.store.engine(), from_hex(module)).map_err(|error| error.to_string())?;
        let imports: Result<Vec<Extern>, String> = module
            .imports()
            .map(|import| match import.module() {
                "spectest" => spectest(&mut self.store, import.name()).ok_or_else(|| "import-missing".to_string()),
                other => match self.registered.get(other) {
                    Some(Ok(instance)) => instance
                        .get_export(&self.store, import.name())
                        .ok_or_else(|| "import-missing".to_string()),
                    Some(Err(why)) => Err(why.clone()),
                    None => Err("import-missing".to_string()),
                },
            })
            .collect();
        let instance =
            Instance::new(&mut self.store, &module, &imports?).map_err(|_| "not-instantiated".to_string())?;
        self.instances.push(instance);
        Ok(instance)
    }

    fn act(&mut self, action: &Value, expected: &Value) -> Result<String, Unmet> {
        let instance = self.module(&action["module"]).map_err(Unmet::Excluded)?;
        if let Some(name) = action["get"].as_str() {
            let global = instance
                .get_global(&self.store, name)
                .expect("a script names what is there");
            let value = self.show(&global.get(&self.store));
            return expect(expected, json!({ "returns": [value] }));
        }
        for (global, value) in self.counters() {
            global.set(&mut self.store, value).expect("mutable");
        }
        let name = text(&action["invoke"]);
        let function = instance
            .get_func(&self.store, name)
            .expect("a script names what is there");
        let none = Vec::new();
        let arguments = action["arguments"].as_array().unwrap_or(&none);
        let arguments: Vec<Val> = arguments.iter().map(|argument| self.parse(text(argument))).collect();
        let kind = function.ty(&self.store);
        let mut results: Vec<Val> = kind.results().iter().map(|kind| Val::default_for_ty(*kind)).collect();
        let outcome = match function.call(&mut self.store, &arguments, &mut results) {
            Ok(()) => json!({ "returns": results.iter().map(|value| self.show(value)).collect::<Vec<_>>() }),
            Err(error) => {
                let fault = instance
                    .get_global(&self.store, FAULT_EXPORT)
                    .map(|fault| fault.get(&self.store).i32());
                match fault.flatten() {
                    Some(FAULT_STACK) => json!({ "overflows": true }),
                    Some(0) | None => json!({ "traps": error.as_trap_code().map(|code| format!("{code:?}")) }),
                    // A grow that the specification lets answer -1 ends a task as out of memory.
                    Some(_) => return Err(Unmet::Excluded("grow-beyond-limit".to_string())),
                }
            }
        };
        expect(expected, outcome)
    }

    fn counters(&self) -> Vec<(Global, Val)> {
        let slots = i32::try_from(STACK_SLOTS).unwrap_or(i32::MAX);
        let mut counters = Vec::new();
        for instance in &self.instances {
            let wanted = [
                (GAS_EXPORT, Val::I64(GAS)),
                (STACK_EXPORT, Val::I32(slots)),
                (FAULT_EXPORT, Val::I32(0)),
            ];
            let find = |(name, value)| Some((instance.get_global(&self.store, name)?, value));
            counters.extend(wanted.into_iter().filter_map(find));
        }
        counters
    }

    fn parse(&mut self, argument: &str) -> Val {
        let (kind, number) = argument.split_once(':').expect("kind:number");
        match (kind, number) {
            ("i32", _) => Val::I32(number.parse().expect("a number")),
            ("i64", _) => Val::I64(number.parse().expect("a number")),
            ("f32", _) => Val::F32(f32::from_bits(u32::from_str_radix(number, 16).expect("bits")).into()),
            ("f64", _) => Val::F64(f64::from_bits(u64::from_str_radix(number, 16).expect("bits")).into()),
            ("extern", "null") => Val::ExternRef(Nullable::Null),
            ("extern", _) => {
                let number: u32 = number.parse().expect("a number");
                Val::ExternRef(Nullable::Val(ExternRef::new(&mut self.store, number)))
            }
            _ => Val::FuncRef(Nullable::Null),
        }
    }

    fn show(&self, value: &Val) -> String {
        match value {
            Val::I32(number) => format!("i32:{number}"),
            Val::I64(number) => format!("i64:{number}"),
            Val::F32(number) => format!("f32:{:x}", number.to_bits()),
            Val::F64(number) => format!("f64:{:x}", number.to_bits()),
            Val::ExternRef(Nullable::Val(reference)) => {
                let number = reference.data(&self.store).downcast_ref::<u32>();
                number.map_or_else(|| "extern".to_string(), |number| format!("extern:{number}"))
            }
            Val::FuncRef(Nullable::Val(_)) => "func".to_string(),
            _ => "null".to_string(),
        }
    }
}

/// The module that scripts import from.
fn spectest(store: &mut Store<()>, name: &str) -> Option<Extern> {
    let constant = |store: &mut Store<()>, value| Extern::Global(Global::new(store, value, Mutability::Const));
    Some(match name {
        "global_i32" => constant(store, Val::I32(666)),
        "global_i64" => constant(store, Val::I64(666)),
        "global_f32" => constant(store, Val::F32(666.6_f32.into())),
        "global_f64" => constant(store, Val::F64(666.6_f64.into())),
        "print" => Func::wrap(store, || ()).into(),
        "print_i32" => Func::wrap(store, |_: i32| ()).into(),
        "print_i64" => Func::wrap(store, |_: i64| ()).into(),
        "print_f32" => Func::wrap(store, |_: f32| ()).into(),
        "print_f64" => Func::wrap(store, |_: f64| ()).into(),
        "print_i32_f32" => Func::wrap(store, |_: i32, _: f32| ()).into(),
        "print_f64_f64" => Func::wrap(store, |_: f64, _: f64| ()).into(),
        _ => return None,
    })
}

/// Whether an outcome is the expected one.
fn expect(expected: &Value, outcome: Value) -> Result<String, Unmet> {
    let differs = || Unmet::Differs(format!("{outcome} in place of {expected}"));
    if expected["anything"] == true {
        return Ok("invoke".to_string());
    }
    if expected["overflows"] == true {
        return if outcome["overflows"] == true {
            Ok("overflow".to_string())
        } else {
            Err(differs())
        };
    }
    if let Some(message) = expected["traps"].as_str() {
        let trap = outcome["traps"].as_str().unwrap_or("");
        return if trap_named(message).contains(&trap) {
            Ok("trap".to_string())
        } else {
            Err(differs())
        };
    }
    if outcome["returns"] == expected["returns"] {
        Ok("return".to_string())
    } else {
        Err(differs())
    }
}

/// wasmi's traps that a script's words may mean.
fn trap_named(message: &str) -> &'static [&'static str] {
    match message {
        "unreachable" => &["UnreachableCodeReached"],
        "out of bounds memory access" => &["MemoryOutOfBounds"],
        "integer divide by zero" => &["IntegerDivisionByZero"],
        "integer overflow" => &["IntegerOverflow"],
        "invalid conversion to integer" => &["BadConversionToInteger"],
        "indirect call type mismatch" => &["BadSignature"],
        "undefined element" | "undefined" => &["TableOutOfBounds", "IndirectCallToNull"],
        "out of bounds table access" | "undefined element 2" => &["TableOutOfBounds"],
        message if message.starts_with("uninitialized") => &["IndirectCallToNull"],
        _ => &[],
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}
