// The worker with Express, which is as large as all the rest.
import "./node/globals.mjs";
import * as express from "express";
import { modules } from "./program.mjs";
import "./worker.mjs";

modules.express = express;
