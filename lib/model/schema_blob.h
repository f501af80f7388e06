/* The format of compiled schemas, shared by the compiler and the loader. Little
 * endian; text is u16 length and bytes.
 *   magic "CRS" version · u16 types: u16 no, name, plural, u16 fields:
 *     name, label, u8 kind, u16 no, u32 flags, u16 parent + 1, u8 text weight,
 *     u8 match, u16 n values, u16 n refs of u16
 *   u16 stages: name, category, u32 order, probability, rot days, u8 kind,
 *     u16 n require, u16 n next */
#ifndef CRM_SCHEMA_BLOB_H
#define CRM_SCHEMA_BLOB_H

#define CRM_BLOB_MAGIC "CRS\1"

#endif
