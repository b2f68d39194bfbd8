"""Who is who in the seed, from the one who may do everything to the one who may nothing."""

ANA = "usrAna00000000000"
BEN = "usrBen00000000000"
KIM = "usrKim00000000000"
EVA = "usrEva00000000000"
OTTO = "usrOtto0000000000"

#: What each may do in the base.
LEVELS = {ANA: "create", BEN: "edit", KIM: "comment", EVA: "read", OTTO: "none"}
