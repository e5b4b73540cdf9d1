"""`python -m site_build.payload` builds the payload and says where it is."""

from site_build.payload.build import payload

print(payload())
