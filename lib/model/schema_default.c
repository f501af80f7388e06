/* The shipped schemas, compiled into the library at build time. */
#include "model/schema.h"

static const unsigned char blob[] = {
#include "schema_blob.inc"
};

struct crm_str
crm_schema_default_blob(void)
{
	return (struct crm_str){ (const char *)blob, sizeof(blob) };
}

const struct crm_schema *
crm_schema_default(void)
{
	static struct crm_schema *loaded;
	if (!loaded) {
		struct crm_err err = { 0 };
		if (crm_schema_borrow(crm_schema_default_blob(), &loaded, &err))
			abort();	/* the build made it: cannot be */
	}
	return loaded;
}
