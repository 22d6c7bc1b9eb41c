"""Pages of shipments: papers that wait, traces, recalls."""
