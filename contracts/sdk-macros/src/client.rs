//! Code that `#[secret_contract]` adds for native tests: the contract's methods as typed calls of a deployed contract.

use crate::entry::fields;
use crate::entry_points::reply_type;
use crate::method::Method;
use crate::secret_contract::Contract;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// A client, in a scope of its own; tests name it by the contract.
pub(crate) fn generate(contract: &Contract) -> TokenStream {
    let ty = &contract.ty;
    let calls = contract.functions.iter().map(call);
    let types = contract.constructor.arguments.iter().map(|argument| &argument.ty);
    let arguments = if contract.constructor.arguments.is_empty() {
        quote!(())
    } else {
        quote!((#(#types,)*))
    };
    quote! {
        #[cfg(not(target_arch = "wasm32"))]
        const _: () = {
            use ::enigma_contract::generated as sdk;
            use ::enigma_contract::testing;

            /// A deployed contract of a test.
            #[derive(Debug, Clone)]
            pub struct Client(testing::Deployed);

            impl ::core::convert::From<testing::Deployed> for Client {
                fn from(deployed: testing::Deployed) -> Self {
                    Self(deployed)
                }
            }

            impl ::core::ops::Deref for Client {
                type Target = testing::Deployed;

                fn deref(&self) -> &testing::Deployed {
                    &self.0
                }
            }

            #[allow(dead_code, missing_docs, private_interfaces, clippy::too_many_arguments)]
            impl Client {
                #(#calls)*
            }

            impl testing::Testable for #ty {
                const PACKAGE: &'static str = env!("CARGO_PKG_NAME");
                const FOLDER: &'static str = env!("CARGO_MANIFEST_DIR");
                type Client = Client;
                type Arguments = #arguments;
            }
        };
    }
}

fn call(method: &Method) -> TokenStream {
    let Method {
        ident, name, is_view, ..
    } = method;
    let (inputs, reply) = (fields(&method.arguments), reply_type(&method.output));
    let types = method.arguments.iter().map(|argument| &argument.ty);
    let names: Vec<_> = (0..method.arguments.len())
        .map(|index| format_ident!("argument_{index}"))
        .collect();
    let tuple = if names.is_empty() {
        quote!(())
    } else {
        quote!((#(#names,)*))
    };
    quote! {
        pub fn #ident(&self, #(#names: #types),*) -> testing::Call<<#reply as ::enigma_contract::Reply>::Value> {
            const SELECTOR: [u8; 4] = sdk::selector(#name, #inputs);
            self.0.call(#is_view, SELECTOR, &#tuple)
        }
    }
}
