//! Values made of parts: arrays and tuples.

use super::encode::{encode_elements, length_word};
use super::{AbiType, Field, Malformed, Reader, SequenceDecoder, SequenceEncoder, Shape};

impl<T: AbiType> AbiType for Vec<T> {
    const SHAPE: Shape = {
        assert!(
            T::HEAD_SIZE > 0,
            "elements of an array must not be empty tuples, structs or arrays"
        );
        Shape::Array(&T::SHAPE)
    };

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&length_word(self.len()));
        encode_elements(self, out);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let count = reader.length()?;
        reader.elements(count)
    }
}

impl<T: AbiType, const N: usize> AbiType for [T; N] {
    const SHAPE: Shape = {
        assert!(
            N > 0 && T::HEAD_SIZE > 0,
            "a fixed array must have elements, and these must not be empty"
        );
        Shape::FixedArray(&T::SHAPE, N)
    };

    fn encode(&self, out: &mut Vec<u8>) {
        encode_elements(self, out);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        reader.elements(N)?.try_into().map_err(|_| Malformed)
    }
}

impl AbiType for () {
    const SHAPE: Shape = Shape::Tuple(&[]);

    fn encode(&self, _out: &mut Vec<u8>) {}

    fn decode(_reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(())
    }
}

macro_rules! tuples {
    ($($part:ident)*) => {
        impl<$($part: AbiType),*> AbiType for ($($part,)*) {
            const SHAPE: Shape = Shape::Tuple(&[$(Field { name: "", shape: $part::SHAPE }),*]);

            #[allow(non_snake_case)]
            fn encode(&self, out: &mut Vec<u8>) {
                let ($($part,)*) = self;
                let mut sequence = SequenceEncoder::new(out);
                $(sequence.head($part);)*
                $(sequence.tail($part);)*
            }

            fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
                let mut sequence = SequenceDecoder::new(reader, const { Self::SHAPE.body_head_size() });
                let value = ($(sequence.part::<$part>()?,)*);
                sequence.finish();
                Ok(value)
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
